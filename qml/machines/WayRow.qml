// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// One way to a machine, with what became of it.
Item {
    id: root

    required property string text
    required property string origin
    required property string outcome
    required property bool worked
    property bool first: false
    property bool last: false
    signal raised
    signal removed

    implicitHeight: Math.max(48, words.implicitHeight + 16)
    Accessible.role: Accessible.ListItem
    Accessible.name: [text, origin, outcome].join(", ")

    Symbol {
        id: sign

        anchors.left: parent.left
        anchors.leftMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        name: root.worked ? "check" : "network"
        color: root.worked ? Theme.accent : Theme.dim
    }
    Column {
        id: words

        anchors.left: sign.right
        anchors.leftMargin: 12
        anchors.right: up.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 1

        PlainLabel {
            width: parent.width
            text: root.text
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.origin + " · " + root.outcome
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
            maximumLineCount: 2
            Accessible.ignored: true
        }
    }
    SymbolButton {
        id: up

        anchors.right: remove.left
        anchors.verticalCenter: parent.verticalCenter
        symbol: "up"
        label: qsTr("Try %1 earlier").arg(root.text)
        visible: !root.first
        onClicked: root.raised()
    }
    SymbolButton {
        id: remove

        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        symbol: "close"
        label: qsTr("Remove %1").arg(root.text)
        onClicked: root.removed()
    }
    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        height: 1
        color: Theme.hairline
        visible: !root.last
    }
}
