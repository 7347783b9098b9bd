// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// What is wrong with the field above it.
PlainLabel {
    property bool shown: true

    visible: shown && text.length > 0
    color: Theme.ending
    font.pixelSize: Theme.small
    wrapMode: Text.Wrap
    maximumLineCount: 4
    topPadding: 4
    Accessible.role: Accessible.AlertMessage
}
