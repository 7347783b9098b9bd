// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// One way to begin.
T.AbstractButton {
    id: root

    required property string symbol
    required property string title

    implicitHeight: Math.max(56, words.implicitHeight + 24)
    focusPolicy: Qt.StrongFocus
    hoverEnabled: true
    Accessible.role: Accessible.Button
    Accessible.name: title
    Accessible.description: text
    Keys.onReturnPressed: click()
    Keys.onEnterPressed: click()

    background: Card {
        color: root.down ? Theme.pressed : root.hovered ? Theme.raised : Theme.surface
        border.color: Theme.control

        FocusRing {
            shown: root.visualFocus
            radius: Theme.radius + 3
        }
    }
    contentItem: Item {
        Symbol {
            id: sign

            anchors.left: parent.left
            anchors.leftMargin: 16
            anchors.verticalCenter: parent.verticalCenter
            name: root.symbol
            size: 24
            color: Theme.accent
        }
        Column {
            id: words

            anchors.left: sign.right
            anchors.leftMargin: 16
            anchors.right: on.left
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            spacing: 2

            PlainLabel {
                width: parent.width
                text: root.title
                font.weight: Font.DemiBold
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.text
                color: Theme.dim
                wrapMode: Text.Wrap
                Accessible.ignored: true
            }
        }
        Symbol {
            id: on

            anchors.right: parent.right
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            name: root.mirrored ? "back" : "forward"
            color: Theme.dim
        }
    }
}
