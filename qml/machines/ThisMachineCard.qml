// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// This machine in one line, and the way to change it.
Card {
    id: root

    required property ThisMachine self
    readonly property bool troubled: self.trouble.length > 0
    signal changeWanted

    implicitHeight: words.implicitHeight + 24
    color: troubled ? Theme.notice : Theme.surface
    Accessible.role: Accessible.Grouping
    Accessible.name: title.text

    Symbol {
        id: sign

        anchors.left: parent.left
        anchors.leftMargin: 16
        y: 14
        name: root.troubled ? "warning" : "home"
        color: root.troubled ? Theme.text : Theme.dim
    }
    Column {
        id: words

        anchors.left: sign.right
        anchors.leftMargin: 12
        anchors.right: change.left
        anchors.rightMargin: 12
        y: 12
        spacing: 2

        PlainLabel {
            id: title

            width: parent.width
            text: qsTr("This machine: %1").arg(root.self.name)
            elide: Text.ElideMiddle
        }
        PlainLabel {
            width: parent.width
            text: root.self.reach
            font.pixelSize: Theme.small
            color: root.troubled ? Theme.text : Theme.dim
            wrapMode: Text.Wrap
            maximumLineCount: 3
        }
    }
    PushButton {
        id: change

        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 30
        text: qsTr("Change…")
        Accessible.description: title.text
        onClicked: root.changeWanted()
    }
}
