// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Window
import dev.latchkey.model

// After an answer: what it was, with Undo, at the edge of the screen for some seconds. Takes no focus.
Window {
    id: root

    required property Undo undo
    required property bool elsewhere

    width: Math.min(line.implicitWidth, 480)
    height: line.implicitHeight
    x: Screen.virtualX + Math.round((Screen.width - width) / 2)
    y: Screen.virtualY + Screen.height - height - 80
    flags: Qt.ToolTip | Qt.FramelessWindowHint | Qt.WindowDoesNotAcceptFocus | Qt.WindowStaysOnTopHint
    color: "transparent"
    visible: undo.showing && !elsewhere

    UndoLine {
        id: line

        width: parent.width
        undo: root.undo
    }
}
