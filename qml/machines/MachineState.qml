// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// How a machine is: a sign and the words for it.
Item {
    id: root

    required property string text
    required property bool connected
    required property bool needsCare
    required property bool blocked
    property string more: ""

    implicitHeight: Math.max(16, words.implicitHeight)
    implicitWidth: words.x + words.implicitWidth

    Rectangle {
        anchors.left: parent.left
        anchors.leftMargin: 3
        anchors.verticalCenter: parent.verticalCenter
        width: 10
        height: 10
        radius: 5
        color: root.connected ? Theme.accent : "transparent"
        border.width: root.connected ? 0 : 2
        border.color: Theme.control
        visible: !root.needsCare && !root.blocked
    }
    Symbol {
        anchors.left: parent.left
        anchors.verticalCenter: parent.verticalCenter
        name: root.needsCare ? "warning" : "refused"
        color: root.needsCare ? Theme.text : Theme.dim
        visible: root.needsCare || root.blocked
    }
    PlainLabel {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: 24
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        text: [root.text, root.more].filter(part => part.length > 0).join(" · ")
        color: root.needsCare ? Theme.text : Theme.dim
        font.weight: root.needsCare ? Font.DemiBold : Font.Normal
        wrapMode: Text.Wrap
        maximumLineCount: 2
    }
}
