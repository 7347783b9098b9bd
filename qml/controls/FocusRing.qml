// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// Where the keyboard is.
Rectangle {
    required property bool shown
    property int gap: 3

    anchors.fill: parent
    anchors.margins: -gap
    radius: Theme.controlRadius + gap
    color: "transparent"
    border.width: 2
    border.color: Theme.accent
    visible: shown
}
