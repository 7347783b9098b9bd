// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// One repository that is followed.
Item {
    id: root

    required property int index
    required property string followed
    required property string name
    required property string place
    required property string key
    required property string line
    required property string problem
    required property bool asking
    required property Repositories repositories

    implicitHeight: Math.max(lines.implicitHeight, actions.implicitHeight) + 20
    Accessible.role: Accessible.ListItem
    Accessible.name: name
    Accessible.description: [place, line, key, problem].filter(part => part.length > 0).join(". ")

    Rectangle {
        width: parent.width
        height: 1
        color: Theme.hairline
        visible: root.index > 0
    }
    Column {
        id: lines

        anchors.left: parent.left
        anchors.right: actions.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        spacing: 2

        PlainLabel {
            width: parent.width
            text: root.name
            font.weight: Font.DemiBold
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.place
            visible: text.length > 0
            elide: Text.ElideMiddle
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.asking ? qsTr("Asking…") : root.line
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.dim
            wrapMode: Text.Wrap
            maximumLineCount: 2
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.key
            visible: text.length > 0
            font.pixelSize: Theme.small
            color: Theme.dim
            Accessible.ignored: true
        }
        PlainLabel {
            width: parent.width
            text: root.problem
            visible: text.length > 0
            wrapMode: Text.Wrap
            maximumLineCount: 4
            Accessible.role: Accessible.AlertMessage
        }
    }
    Row {
        id: actions

        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        spacing: Theme.unit

        PushButton {
            text: qsTr("Ask now")
            implicitHeight: 30
            enabled: !root.asking
            Accessible.description: root.name
            onClicked: root.repositories.refresh(root.followed)
        }
        PushButton {
            text: qsTr("Stop following")
            implicitHeight: 30
            Accessible.description: root.name
            onClicked: root.repositories.unfollow(root.followed)
        }
    }
}
