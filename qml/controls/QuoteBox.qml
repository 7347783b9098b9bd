// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// The app's own words: tinted, quoted, plain, three lines at most. Nothing of ours looks like this.
Rectangle {
    id: root

    required property string who
    required property string words
    property string lead: qsTr("%1 says:").arg(root.who)
    // More only where the person asked to read on.
    property int lines: 3
    readonly property bool cut: quoted.truncated

    implicitHeight: column.implicitHeight + 16
    radius: Theme.half
    color: Theme.quote
    Accessible.role: Accessible.Grouping
    Accessible.name: says.text + " " + quoted.text

    Rectangle {
        anchors.left: parent.left
        width: 3
        height: parent.height
        color: Theme.quoteEdge
    }
    Column {
        id: column

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.verticalCenter: parent.verticalCenter
        anchors.leftMargin: 14
        anchors.rightMargin: 12
        spacing: 2

        PlainLabel {
            id: says

            width: parent.width
            text: root.lead
            font.pixelSize: Theme.small
            color: Theme.dim
        }
        PlainLabel {
            id: quoted

            width: parent.width
            text: qsTr("“%1”").arg(root.words)
            wrapMode: Text.Wrap
            maximumLineCount: root.lines
        }
    }
}
