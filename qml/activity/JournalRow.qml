// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// One line of what happened.
Item {
    id: root

    required property string sentence
    required property string time
    required property string symbol
    required property url portrait
    required property string sequence
    required property bool explainable
    readonly property bool current: ListView.isCurrentItem && (ListView.view?.activeFocus ?? false)
    signal whyWanted

    implicitHeight: 34
    Accessible.role: Accessible.ListItem
    Accessible.name: time + ", " + sentence

    PlainLabel {
        id: clock

        anchors.left: parent.left
        anchors.leftMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        width: 64
        text: root.time
        font.pixelSize: Theme.small
        font.features: ({
                "tnum": 1
            })
        color: Theme.dim
        Accessible.ignored: true
    }
    AppIcon {
        id: picture

        anchors.left: clock.right
        anchors.verticalCenter: parent.verticalCenter
        size: 18
        source: root.portrait
    }
    Symbol {
        id: sign

        anchors.left: picture.right
        anchors.leftMargin: 10
        anchors.verticalCenter: parent.verticalCenter
        name: root.symbol
        color: Theme.dim
    }
    PlainLabel {
        id: words

        anchors.left: sign.right
        anchors.right: why.visible ? why.left : parent.right
        anchors.leftMargin: 10
        anchors.rightMargin: Theme.margin
        anchors.verticalCenter: parent.verticalCenter
        text: root.sentence
        elide: Text.ElideMiddle
        Accessible.ignored: true
    }
    PushButton {
        id: why

        anchors.right: parent.right
        anchors.rightMargin: Theme.margin - 4
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 28
        manner: PushButton.Flat
        text: qsTr("Why?")
        visible: root.explainable && (hover.hovered || root.current)
        focusPolicy: Qt.NoFocus
        Accessible.description: root.sentence
        onClicked: root.whyWanted()
    }
    Item {
        anchors.fill: parent
        anchors.leftMargin: Theme.margin - 12
        anchors.rightMargin: Theme.margin - 12

        FocusRing {
            shown: root.ListView.isCurrentItem && (root.ListView.view?.activeFocus ?? false)
            gap: -1
        }
    }
    HoverHandler {
        id: hover
    }
    Tip {
        text: root.sentence
        visible: words.truncated && (hover.hovered || root.activeFocus)
    }
}
