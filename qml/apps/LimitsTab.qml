// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What the app may do beyond single things, in plain sentences.
FocusFlick {
    id: root

    required property AppView app

    contentHeight: column.implicitHeight + 2 * Theme.margin
    clip: true

    Column {
        id: column

        x: Theme.margin
        y: 16
        width: Math.min(root.width - 2 * Theme.margin, 720)
        spacing: 16

        Card {
            width: parent.width
            height: abilities.implicitHeight

            Column {
                id: abilities

                width: parent.width

                SettingRow {
                    width: parent.width
                    visible: root.app.known
                    title: qsTr("Always start with Latchkey")
                    text: qsTr("The desktop's own menu starts it protected too. You can switch this back at any time.")
                    on: root.app.confined
                    onSwitched: on => root.app.confined = on
                }
                SettingRow {
                    width: parent.width
                    title: qsTr("See the names in your home")
                    text: qsTr("It can list what lies in your home, and open nothing of it.")
                    on: root.app.seeHomeNames
                    onSwitched: on => root.app.seeHomeNames = on
                }
                SettingRow {
                    width: parent.width
                    title: qsTr("Use the graphics processor")
                    text: qsTr("For games and video. It talks to the graphics driver directly.")
                    on: root.app.gpu
                    onSwitched: on => root.app.gpu = on
                }
                SettingRow {
                    width: parent.width
                    title: qsTr("Protect its own parts from each other")
                    text: qsTr("Web browsers need this to keep pages apart. The app gets more of the system's machinery for it, from its next start on.")
                    on: root.app.ownSandboxes
                    onSwitched: on => root.app.ownSandboxes = on
                }
                SettingRow {
                    width: parent.width
                    title: qsTr("Share your whole screen")
                    text: qsTr("It can see and control everything on your screen, including these questions. From its next start on.")
                    on: root.app.sharedX
                    last: true
                    onSwitched: on => root.app.sharedX = on
                }
            }
        }
        Card {
            width: parent.width
            height: amounts.implicitHeight

            Column {
                id: amounts

                width: parent.width

                NumberRow {
                    width: parent.width
                    title: qsTr("Memory at most")
                    unit: qsTr("MB")
                    value: root.app.memoryLimit
                    onChanged: value => root.app.memoryLimit = value
                }
                NumberRow {
                    width: parent.width
                    title: qsTr("Programs at once at most")
                    unit: ""
                    value: root.app.processLimit
                    onChanged: value => root.app.processLimit = value
                }
                NumberRow {
                    width: parent.width
                    title: qsTr("Processor time at most")
                    unit: qsTr("% of one core")
                    value: root.app.cpuPercent
                    onChanged: value => root.app.cpuPercent = value
                }
                NumberRow {
                    width: parent.width
                    title: qsTr("Over the network, a second at most")
                    unit: qsTr("kB")
                    value: root.app.networkRate
                    onChanged: value => root.app.networkRate = value
                }
                NumberRow {
                    width: parent.width
                    title: qsTr("Over the network, a day at most; then it has none until the next day")
                    unit: qsTr("MB")
                    value: root.app.networkPerDay
                    last: true
                    onChanged: value => root.app.networkPerDay = value
                }
            }
        }
        UnaskedCard {
            width: parent.width
            app: root.app
        }
    }
}
