// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// An app's own picture, as the confined reader drew it.
Image {
    property int size: 48

    sourceSize: Qt.size(size, size)
    width: size
    height: size
    fillMode: Image.PreserveAspectFit
    asynchronous: true
    Accessible.ignored: true
}
