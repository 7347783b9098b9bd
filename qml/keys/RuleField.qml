// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// What a thing is called, and the thing beside it.
Item {
    id: root

    required property string label
    default property alias content: place.data

    implicitHeight: Math.max(name.implicitHeight, place.childrenRect.height)

    PlainLabel {
        id: name

        anchors.left: parent.left
        y: Math.max(0, (Math.min(place.childrenRect.height, Theme.controlHeight) - height) / 2)
        width: 130
        text: root.label
        color: Theme.dim
        wrapMode: Text.Wrap
        maximumLineCount: 2
        Accessible.ignored: true
    }
    Item {
        id: place

        anchors.left: name.right
        anchors.leftMargin: 12
        anchors.right: parent.right
        height: childrenRect.height
    }
}
