// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// A file or folder. No button: the list gives its row the focus, and a button would keep the space bar to itself.
T.Control {
    id: root

    required property string name
    required property string size
    required property string date
    required property string symbol
    required property string place
    required property bool isFolder
    required property bool selected
    required property int index
    property bool focused: false
    signal picked(modifiers: int)
    signal opened

    height: 34
    hoverEnabled: true
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: [name, isFolder ? qsTr("folder") : size, date, place].filter(part => part.length > 0).join(", ")
    Accessible.selectable: true
    Accessible.selected: selected
    Accessible.focusable: true
    Accessible.focused: focused
    Accessible.onPressAction: root.picked(0)

    MouseArea {
        anchors.fill: parent
        onClicked: mouse => root.picked(mouse.modifiers)
        onDoubleClicked: root.opened()
    }
    background: Rectangle {
        anchors.fill: parent
        anchors.leftMargin: 4
        anchors.rightMargin: 4
        radius: Theme.controlRadius
        color: root.selected ? Theme.accentSoft : root.hovered ? Theme.raised : "transparent"

        FocusRing {
            shown: root.focused
            gap: -1
        }
    }
    contentItem: Item {
        Symbol {
            anchors.left: parent.left
            anchors.leftMargin: 14
            anchors.verticalCenter: parent.verticalCenter
            name: root.symbol
            color: root.isFolder ? Theme.accent : Theme.dim
        }
        PlainLabel {
            id: words

            anchors.left: parent.left
            anchors.leftMargin: 42
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, columns.x > 0 ? room : 0)
            readonly property real room: parent.width - 42 - 206 - (root.place.length > 0 ? Math.min(where.implicitWidth + 10, (parent.width - 248) / 2) : 0)
            text: root.name
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            id: where

            anchors.left: words.right
            anchors.leftMargin: 10
            anchors.right: columns.left
            anchors.rightMargin: 8
            anchors.verticalCenter: parent.verticalCenter
            text: root.place
            font.pixelSize: Theme.small
            color: Theme.dim
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        Row {
            id: columns

            anchors.right: parent.right
            anchors.rightMargin: 14
            anchors.verticalCenter: parent.verticalCenter
            spacing: 12

            PlainLabel {
                width: 76
                text: root.size
                font.pixelSize: Theme.small
                font.features: {
                    "tnum": 1
                }
                color: Theme.dim
                Accessible.ignored: true
            }
            PlainLabel {
                width: 92
                text: root.date
                font.pixelSize: Theme.small
                color: Theme.dim
                Accessible.ignored: true
            }
        }
    }
}
