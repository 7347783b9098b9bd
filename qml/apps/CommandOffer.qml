// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// "Start ... protected", for what is no app of the list.
Card {
    id: root

    required property string search
    required property string command
    required property bool found
    signal started

    implicitHeight: 56

    Symbol {
        id: sign

        anchors.left: parent.left
        anchors.leftMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        name: "terminal"
        color: Theme.dim
    }
    PlainLabel {
        anchors.left: sign.right
        anchors.right: button.left
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        elide: Text.ElideMiddle
        text: root.command.length === 0 ? qsTr("No app or command of that name.") : root.found ? qsTr("Or start the command “%1”").arg(root.command) : qsTr("No app of that name. Start the command “%1”?").arg(root.command)
    }
    PushButton {
        id: button

        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Start protected")
        visible: root.command.length > 0
        manner: root.found ? PushButton.Plain : PushButton.Primary
        onClicked: root.started()
    }
}
