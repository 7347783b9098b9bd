// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import dev.latchkey.model

// New versions that wait, since they ask for more than the person has agreed to.
Card {
    id: root

    required property Packages packages

    implicitHeight: Math.max(46, words.implicitHeight + 20)
    Accessible.role: Accessible.AlertMessage
    Accessible.name: words.text

    PlainLabel {
        id: words

        anchors.left: parent.left
        anchors.leftMargin: 16
        anchors.right: look.left
        anchors.rightMargin: 12
        anchors.verticalCenter: parent.verticalCenter
        text: root.packages.waiting > 1 ? qsTr("New versions of %Ln app(s) wait: they ask for more than before.", "", root.packages.waiting) : qsTr("A new version of %1 waits: it asks for more than before.").arg(root.packages.waitingName)
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.ignored: true
    }
    PushButton {
        id: look

        anchors.right: parent.right
        anchors.rightMargin: 8
        anchors.verticalCenter: parent.verticalCenter
        implicitHeight: 30
        text: qsTr("Look…")
        Accessible.description: root.packages.waitingName
        onClicked: root.packages.lookAtWaiting()
    }
}
