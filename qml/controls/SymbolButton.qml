// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// A button that is a sign alone. Its words are for who cannot see it, and for who rests on it.
PushButton {
    id: root

    required property string label

    manner: PushButton.Flat
    implicitWidth: 32
    implicitHeight: 32
    Accessible.name: label

    Tip {
        text: root.label
        visible: (root.hovered || root.visualFocus) && text.length > 0
    }
}
