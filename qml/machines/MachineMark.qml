// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// A machine's colour and initials. Round, where apps are square.
Rectangle {
    id: root

    required property int stripe
    required property string initials
    property int size: 40

    width: size
    height: size
    radius: size / 2
    color: Theme.stripes[stripe]
    Accessible.ignored: true

    PlainLabel {
        anchors.centerIn: parent
        text: root.initials
        font.pixelSize: Math.round(root.size * (root.initials.length > 1 ? 0.38 : 0.46))
        font.weight: Font.DemiBold
        color: Theme.inkOn(root.color)
        elide: Text.ElideNone
        Accessible.ignored: true
    }
}
