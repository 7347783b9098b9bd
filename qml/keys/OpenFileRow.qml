// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// One open handle.
T.ItemDelegate {
    id: root

    required property string name
    required property string whole
    required property string program
    required property string use
    required property string mapped
    required property bool stoppable
    signal stopped

    implicitHeight: lines.implicitHeight + 16
    hoverEnabled: true
    highlighted: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    focusPolicy: Qt.NoFocus
    Accessible.role: Accessible.ListItem
    Accessible.name: [name, program, use, mapped].filter(part => part.length > 0).join(", ")
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
            anchors.right: stop.left
            anchors.rightMargin: 12
            anchors.verticalCenter: parent.verticalCenter
            spacing: 1

            PlainLabel {
                width: parent.width
                text: root.name
                elide: Text.ElideMiddle
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.program + " · " + root.use
                font.pixelSize: Theme.small
                color: Theme.dim
                elide: Text.ElideRight
                Accessible.ignored: true
            }
            PlainLabel {
                width: parent.width
                text: root.mapped
                visible: text.length > 0
                font.pixelSize: Theme.small
                elide: Text.ElideRight
                Accessible.ignored: true
            }
        }
        PushButton {
            id: stop

            anchors.right: parent.right
            anchors.verticalCenter: parent.verticalCenter
            implicitHeight: 30
            manner: PushButton.Flat
            visible: root.stoppable
            text: qsTr("Stop this file")
            focusPolicy: Qt.NoFocus
            Accessible.description: root.name
            onClicked: root.stopped()
        }
    }
    Tip {
        text: root.whole
        visible: root.hovered || root.highlighted
        delay: 900
    }
}
