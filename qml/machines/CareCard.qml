// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What is wrong with a machine, and what can be done about it.
Card {
    id: root

    required property MachineView machine
    signal anewWanted

    implicitHeight: column.implicitHeight + 32
    color: machine.blocked ? Theme.surface : Theme.notice
    Accessible.role: Accessible.AlertMessage
    Accessible.name: title.text + ". " + words.text

    Symbol {
        id: sign

        anchors.left: parent.left
        anchors.leftMargin: 16
        y: 18
        name: root.machine.blocked ? "refused" : "warning"
    }
    Column {
        id: column

        anchors.left: sign.right
        anchors.leftMargin: 12
        anchors.right: parent.right
        anchors.rightMargin: 16
        y: 16
        spacing: 8

        PlainLabel {
            id: title

            width: parent.width
            text: root.machine.stateText
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            wrapMode: Text.Wrap
            Accessible.role: Accessible.Heading
        }
        PlainLabel {
            id: words

            width: parent.width
            text: root.machine.care
            wrapMode: Text.Wrap
        }
        PlainLabel {
            width: parent.width
            text: root.machine.why
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
            maximumLineCount: 3
        }
        Flow {
            width: parent.width
            topPadding: 4
            spacing: Theme.unit

            PushButton {
                text: root.machine.blocked ? qsTr("Unblock") : qsTr("Try again")
                onClicked: root.machine.blocked ? root.machine.unblock() : root.machine.connectNow()
            }
            PushButton {
                text: qsTr("Forget it, then add it again…")
                visible: root.machine.beginAnew
                onClicked: root.anewWanted()
            }
        }
    }
}
