// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick

// An invitation that nobody has used yet.
Card {
    id: root

    required property string invitationId
    required property string made
    required property string lasting
    signal cancelled

    implicitHeight: Math.max(52, words.implicitHeight + 20)
    Accessible.role: Accessible.ListItem
    Accessible.name: words.text

    Symbol {
        id: sign

        anchors.left: parent.left
        anchors.leftMargin: 16
        anchors.verticalCenter: parent.verticalCenter
        name: "mail"
        color: Theme.dim
    }
    PlainLabel {
        id: words

        anchors.left: sign.right
        anchors.leftMargin: 12
        anchors.right: cancel.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        text: qsTr("Invitation of %1, good for one machine until %2").arg(root.made).arg(root.lasting)
        wrapMode: Text.Wrap
        maximumLineCount: 2
        Accessible.ignored: true
    }
    PushButton {
        id: cancel

        anchors.right: parent.right
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 30
        text: qsTr("Cancel it")
        Accessible.description: words.text
        onClicked: root.cancelled()
    }
}
