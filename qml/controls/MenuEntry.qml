// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

T.MenuItem {
    id: root

    implicitWidth: implicitContentWidth + leftPadding + rightPadding + (checkable ? 22 : 0)
    implicitHeight: visible ? 32 : 0
    leftPadding: 12
    rightPadding: 12
    font.pixelSize: Theme.body
    Accessible.role: Accessible.MenuItem
    Accessible.name: text
    Accessible.onPressAction: click()

    contentItem: PlainLabel {
        text: root.text
        verticalAlignment: Text.AlignVCenter
        leftPadding: root.mirrored && root.checkable ? 22 : 0
        rightPadding: !root.mirrored && root.checkable ? 22 : 0
        color: root.enabled ? Theme.text : Theme.dim
        Accessible.ignored: true
    }
    indicator: Symbol {
        x: root.mirrored ? 12 : root.width - width - 12
        anchors.verticalCenter: parent.verticalCenter
        name: "check"
        visible: root.checkable && root.checked
    }
    background: Rectangle {
        radius: Theme.controlRadius
        color: root.highlighted ? Theme.raised : "transparent"
    }
}
