// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// What was just done, and how to take it back.
Rectangle {
    id: root

    required property Undo undo

    readonly property real buttonRoom: back.visible ? back.implicitWidth + 16 : 0

    implicitWidth: Math.ceil(label.implicitWidth) + buttonRoom + 28
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
        anchors.centerIn: parent
        spacing: 16

        PlainLabel {
            id: label

            anchors.verticalCenter: parent.verticalCenter
            width: root.width - 28 - root.buttonRoom
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
