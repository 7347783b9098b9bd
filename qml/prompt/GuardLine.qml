// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// Fills while nothing counts yet.
Item {
    id: root

    required property InputGuard guard

    implicitHeight: 2

    Rectangle {
        anchors.fill: parent
        color: Theme.hairline
        radius: 1
    }
    Rectangle {
        id: filling

        height: parent.height
        radius: 1
        color: Theme.accent
        width: 0
        anchors.left: parent.left
        opacity: root.guard.open ? 0 : 1
    }
    NumberAnimation {
        id: fill

        target: filling
        property: "width"
        from: 0
        to: root.width
        duration: root.guard.length
    }
    Connections {
        target: root.guard

        function onClosed() {
            fill.restart();
        }
    }
}
