// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

Item {
    id: root

    required property string section
    property string instead: ""
    property int inset: Theme.margin

    height: 40

    PlainLabel {
        anchors.left: parent.left
        anchors.right: parent.right
        anchors.leftMargin: root.inset
        anchors.rightMargin: root.inset
        anchors.bottom: parent.bottom
        anchors.bottomMargin: 6
        text: root.instead.length > 0 ? root.instead : root.section
        font.weight: Font.DemiBold
        elide: Text.ElideMiddle
        Accessible.role: Accessible.Heading
    }
}
