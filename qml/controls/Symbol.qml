// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// One of our own signs. Decoration: what it means is said in words beside it, or by the control it sits in.
Image {
    id: root

    required property string name
    property color color: Theme.text
    property int size: 16

    source: name.length > 0 ? Theme.symbol(name, color) : ""
    sourceSize: Qt.size(size, size)
    width: size
    height: size
    Accessible.ignored: true
}
