// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// The thing itself: its look where it has one, its name, where it is, how large, when changed.
Card {
    id: root

    required property Question question

    implicitHeight: Math.max(column.implicitHeight, 40) + 24
    color: Theme.ground
    activeFocusOnTab: true
    Accessible.role: Accessible.StaticText
    Accessible.name: [root.question.thing, root.question.place, root.question.facts].filter(part => part.length > 0).join(", ")
    Accessible.description: root.question.wholeName
    Accessible.focusable: true

    Rectangle {
        id: look

        anchors.left: parent.left
        anchors.leftMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        width: 44
        height: 44
        radius: Theme.half
        color: Theme.accentSoft

        Symbol {
            anchors.centerIn: parent
            name: root.question.symbol
            size: 24
            color: Theme.accent
            visible: preview.status !== Image.Ready
        }
        Image {
            id: preview

            anchors.fill: parent
            source: root.question.preview
            sourceSize: Qt.size(44, 44)
            fillMode: Image.PreserveAspectFit
            asynchronous: true
            Accessible.ignored: true
        }
    }
    Column {
        id: column

        anchors.left: look.right
        anchors.right: parent.right
        anchors.leftMargin: 12
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        PlainLabel {
            width: parent.width
            text: root.question.thing
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.question.place
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.dim
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.question.facts
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
            maximumLineCount: 3
            Accessible.ignored: true
        }
    }
    HoverHandler {
        id: hover
    }
    Tip {
        text: root.question.wholeName
        visible: hover.hovered || root.activeFocus
    }
    FocusRing {
        shown: root.activeFocus
        radius: Theme.radius + 3
    }
}
