// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// A switch with a name and one sentence that says what it means.
Item {
    id: root

    required property string title
    required property string text
    required property bool on
    property bool last: false
    signal switched(on: bool)

    implicitHeight: words.implicitHeight + 24

    Column {
        id: words

        anchors.left: parent.left
        anchors.right: toggle.left
        anchors.leftMargin: 16
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        PlainLabel {
            width: parent.width
            text: root.title
            wrapMode: Text.Wrap
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.text
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
        }
    }
    Toggle {
        id: toggle

        anchors.right: parent.right
        anchors.rightMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        text: root.title
        Accessible.description: root.text
        checked: root.on
        onToggled: {
            root.switched(checked);
            checked = Qt.binding(() => root.on);
        }
    }
    Rectangle {
        anchors.bottom: parent.bottom
        anchors.left: parent.left
        anchors.right: parent.right
        height: 1
        color: Theme.hairline
        visible: !root.last
    }
}
