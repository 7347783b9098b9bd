// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What others see of this machine.
Sheet {
    id: root

    required property ThisMachine self

    width: Math.min(560, parent ? parent.width - 48 : 560)
    onOpened: name.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("This machine")
    buttons: PushButton {
        text: qsTr("Close")
        onClicked: root.close()
    }

    PlainLabel {
        width: parent.width
        text: root.self.reach
        wrapMode: Text.Wrap
        maximumLineCount: 5
        color: root.self.trouble.length > 0 ? Theme.text : Theme.dim
    }
    RuleField {
        width: parent.width
        label: qsTr("Its name")

        InputField {
            id: name

            width: parent.width
            maximumLength: 60
            text: root.self.name
            Accessible.name: qsTr("What this machine calls itself")
            onEditingFinished: {
                root.self.name = text;
                text = Qt.binding(() => root.self.name);
            }
        }
    }
    Card {
        width: parent.width
        height: rows.implicitHeight

        Column {
            id: rows

            width: parent.width

            SettingRow {
                width: parent.width
                title: qsTr("Let other machines connect")
                text: qsTr("Those that you added, and nobody else. Without it this machine can still connect to them.")
                on: root.self.listening
                onSwitched: on => root.self.listening = on
            }
            SettingRow {
                width: parent.width
                title: qsTr("Be found on the local network")
                text: qsTr("Others nearby see that a Latchkey is here, without its name, so that they need no address.")
                on: root.self.announced
                onSwitched: on => root.self.announced = on
            }
            NumberRow {
                width: parent.width
                title: qsTr("Port")
                unit: ""
                none: qsTr("the usual one")
                most: 65535
                value: root.self.port
                last: true
                onChanged: value => root.self.port = value
            }
        }
    }
}
