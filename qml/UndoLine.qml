// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What was just done, and how to take it back.
Rectangle {
    id: root

    required property Undo undo

    implicitWidth: row.implicitWidth + 28
    implicitHeight: 44
    radius: Theme.radius
    color: Theme.text
    opacity: undo.showing ? 1 : 0
    visible: opacity > 0
    Accessible.role: Accessible.AlertMessage
    Accessible.name: undo.text

    Behavior on opacity {
        NumberAnimation {
            duration: Theme.fade
        }
    }
    Row {
        id: row

        anchors.centerIn: parent
        width: Math.min(implicitWidth, root.width - 28)
        spacing: 16

        PlainLabel {
            anchors.verticalCenter: parent.verticalCenter
            width: Math.min(implicitWidth, root.width - 28 - (back.visible ? back.width + 16 : 0))
            text: root.undo.text
            color: Theme.ground
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PushButton {
            id: back

            anchors.verticalCenter: parent.verticalCenter
            implicitHeight: 28
            visible: root.undo.possible
            text: qsTr("Undo")
            onClicked: root.undo.takeBack()
        }
    }
}
