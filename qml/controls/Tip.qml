// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.ToolTip {
    id: root

    x: parent ? Math.round((parent.width - implicitWidth) / 2) : 0
    y: parent ? parent.height + 6 : 0
    implicitWidth: Math.min(label.implicitWidth + 20, 420)
    implicitHeight: label.implicitHeight + 12
    margins: 6
    padding: 6
    leftPadding: 10
    rightPadding: 10
    delay: 500
    closePolicy: T.Popup.CloseOnEscape | T.Popup.CloseOnPressOutsideParent | T.Popup.CloseOnReleaseOutsideParent

    contentItem: PlainLabel {
        id: label

        text: root.text
        font.pixelSize: Theme.small
        wrapMode: Text.Wrap
        color: Theme.ground
    }
    background: Rectangle {
        radius: Theme.controlRadius
        color: Theme.text
    }
}
