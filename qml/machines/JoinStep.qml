// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import dev.latchkey.model

// Somebody has sent an invitation.
Column {
    id: root

    required property Pairing pairing
    readonly property bool ready: link.text.trim().length > 0 && pairing.trying.length === 0

    spacing: 12

    function settle() {
        link.forceActiveFocus(Qt.TabFocusReason);
    }
    function join() {
        if (ready)
            pairing.join(link.text);
    }

    PlainLabel {
        width: parent.width
        text: qsTr("Paste the link that you were sent. Use it only if you know who sent it: afterwards that machine is among yours, and sees nothing until you share something.")
        wrapMode: Text.Wrap
    }
    Item {
        width: parent.width
        height: Theme.controlHeight

        InputField {
            id: link

            anchors.left: parent.left
            anchors.right: file.left
            anchors.rightMargin: Theme.unit
            maximumLength: 4000
            placeholderText: qsTr("The invitation's link")
            enabled: root.pairing.trying.length === 0
            onAccepted: root.join()
        }
        PushButton {
            id: file

            anchors.right: parent.right
            text: root.pairing.trying.length > 0 ? qsTr("Stop trying") : qsTr("From a file…")
            onClicked: root.pairing.trying.length > 0 ? root.pairing.stopTrying() : opening.active = true
        }
    }
    PlainLabel {
        width: parent.width
        text: root.pairing.fault.length > 0 ? root.pairing.fault : root.pairing.trying.length > 0 ? qsTr("Connecting to the machine that invites…") : ""
        visible: text.length > 0
        color: root.pairing.fault.length > 0 ? Theme.ending : Theme.text
        wrapMode: Text.Wrap
        maximumLineCount: 3
        Accessible.role: Accessible.AlertMessage
    }
    Loader {
        id: opening

        active: false
        sourceComponent: FileDialog {
            title: qsTr("Open an invitation")
            fileMode: FileDialog.OpenFile
            onAccepted: root.pairing.joinFile(selectedFile)
            onVisibleChanged: if (!visible)
                opening.active = false
            Component.onCompleted: open()
        }
    }
}
