// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// One standing "never".
T.ItemDelegate {
    id: root

    required property string sentence
    required property string since
    required property string whole
    signal takenBack

    implicitHeight: Math.max(lines.implicitHeight + 16, 48)
    hoverEnabled: true
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: [sentence, since].filter(part => part.length > 0).join(" ")
    Accessible.description: whole

    background: Rectangle {
        radius: Theme.controlRadius
        color: root.hovered ? Theme.raised : "transparent"

        FocusRing {
            shown: root.highlighted
            gap: -1
        }
    }
    contentItem: Item {
        Column {
            id: lines

            anchors.left: parent.left
            anchors.leftMargin: Theme.unit
            anchors.right: back.left
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            spacing: 1

            PlainLabel {
                width: parent.width
                text: root.sentence
                wrapMode: Text.Wrap
                maximumLineCount: 3
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.since
                visible: text.length > 0
                font.pixelSize: Theme.small
                color: Theme.dim
                Accessible.ignored: true
            }
        }
        PushButton {
            id: back

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            implicitHeight: 30
            manner: PushButton.Flat
            text: qsTr("Take back")
            focusPolicy: Qt.NoFocus
            Accessible.description: root.sentence
            onClicked: root.takenBack()
        }
    }
    Tip {
        text: root.whole
        visible: root.hovered || root.highlighted
        delay: 900
    }
}
