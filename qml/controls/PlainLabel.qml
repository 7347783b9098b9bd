// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Templates as T

// Text of any origin. It is never read as markup: a name such as "<b>x</b>" is shown letter by letter.
T.Label {
    textFormat: Text.PlainText
    color: enabled ? Theme.text : Theme.dim
    font.pixelSize: Theme.body
    elide: Text.ElideRight
    horizontalAlignment: Text.AlignLeft
    Accessible.role: Accessible.StaticText
    Accessible.name: text
    Accessible.ignored: text.length === 0
}
