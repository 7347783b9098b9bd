// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// One rule of a file from elsewhere.
T.ItemDelegate {
    id: root

    required property string sentence
    required property string note
    required property string symbolName
    required property bool refused

    implicitHeight: lines.implicitHeight + 14
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: [sentence, note].filter(part => part.length > 0).join(" ")

    background: Item {
        FocusRing {
            shown: root.highlighted
            gap: -1
        }
    }
    contentItem: Item {
        Symbol {
            id: mark

            anchors.left: parent.left
            anchors.leftMargin: Theme.unit
            anchors.verticalCenter: parent.verticalCenter
            name: root.symbolName
            color: root.refused ? Theme.ending : Theme.dim
        }
        Column {
            id: lines

            anchors.left: mark.right
            anchors.leftMargin: 12
            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            spacing: 1

            PlainLabel {
                width: parent.width
                text: root.sentence
                color: root.note.length > 0 && !root.refused ? Theme.dim : Theme.text
                wrapMode: Text.Wrap
                maximumLineCount: 3
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.note
                visible: text.length > 0
                font.pixelSize: Theme.small
                color: root.refused ? Theme.ending : Theme.dim
                wrapMode: Text.Wrap
                maximumLineCount: 3
                Accessible.ignored: true
            }
        }
    }
}
