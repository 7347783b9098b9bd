// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// A page with nothing on it yet: what it is for, and what to do.
Column {
    id: root

    required property string symbol
    required property string title
    required property string text
    property string action: ""
    signal acted

    spacing: Theme.unit

    Symbol {
        anchors.horizontalCenter: parent.horizontalCenter
        name: root.symbol
        size: 40
        color: Theme.control
    }
    PlainLabel {
        width: parent.width
        topPadding: Theme.half
        horizontalAlignment: Text.AlignHCenter
        text: root.title
        font.pixelSize: Theme.heading
        font.weight: Font.DemiBold
        wrapMode: Text.Wrap
    }
    PlainLabel {
        width: parent.width
        horizontalAlignment: Text.AlignHCenter
        text: root.text
        color: Theme.dim
        wrapMode: Text.Wrap
    }
    Item {
        width: 1
        height: Theme.half
        visible: root.action.length > 0
    }
    PushButton {
        anchors.horizontalCenter: parent.horizontalCenter
        text: root.action
        visible: root.action.length > 0
        manner: PushButton.Primary
        onClicked: root.acted()
    }
}
