// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// The page's name, and what stands at its other end.
Item {
    id: root

    required property string title
    default property alias extra: row.data

    implicitHeight: Theme.controlHeight

    PlainLabel {
        anchors.left: parent.left
        anchors.right: row.left
        anchors.rightMargin: Theme.unit
        anchors.verticalCenter: parent.verticalCenter
        text: root.title
        font.pixelSize: Theme.title
        font.weight: Font.DemiBold
        Accessible.role: Accessible.Heading
    }
    Row {
        id: row

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.unit
    }
}
