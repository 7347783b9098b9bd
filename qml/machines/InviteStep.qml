// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Dialogs
import dev.latchkey.model

// The link to be sent to somebody elsewhere.
Column {
    id: root

    required property Pairing pairing
    required property ThisMachine self
    readonly property Invitations invitations: pairing.invitations

    spacing: 12

    function settle() {
        copy.forceActiveFocus(Qt.TabFocusReason);
    }

    PlainLabel {
        width: parent.width
        text: qsTr("Send this link to the person at the other machine. It is good for one machine, once, until %1. Whoever has it first can use it: send it to nobody else.").arg(root.invitations.until)
        visible: root.invitations.link.length > 0
        wrapMode: Text.Wrap
    }
    Card {
        width: parent.width
        height: link.implicitHeight + 24
        visible: root.invitations.link.length > 0
        color: Theme.raised

        PlainLabel {
            id: link

            x: 12
            y: 12
            width: parent.width - 24
            text: root.invitations.link
            wrapMode: Text.WrapAnywhere
            elide: Text.ElideNone
            horizontalAlignment: Text.AlignLeft
            LayoutMirroring.enabled: false
            Accessible.name: qsTr("The link: %1").arg(text)
        }
    }
    Flow {
        width: parent.width
        spacing: Theme.unit
        visible: root.invitations.link.length > 0

        PushButton {
            id: copy

            text: root.invitations.copied ? qsTr("Copied") : qsTr("Copy the link")
            symbol: root.invitations.copied ? "check" : "clipboard"
            manner: PushButton.Primary
            onClicked: root.invitations.copyLink()
        }
        PushButton {
            text: qsTr("Save as a file…")
            onClicked: saving.active = true
        }
    }
    PlainLabel {
        width: parent.width
        text: root.invitations.fault.length > 0 ? qsTr("No invitation could be made: %1").arg(root.invitations.fault) : qsTr("It is shown this once. The other machine appears here as soon as the link was used; this sheet may be closed before that.")
        color: root.invitations.fault.length > 0 ? Theme.text : Theme.dim
        font.pixelSize: root.invitations.fault.length > 0 ? Theme.body : Theme.small
        wrapMode: Text.Wrap
        maximumLineCount: 5
    }
    PlainLabel {
        width: parent.width
        text: root.self.reach
        visible: !root.self.listening || root.self.trouble.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 4
        Accessible.role: Accessible.AlertMessage
    }
    Loader {
        id: saving

        active: false
        sourceComponent: FileDialog {
            title: qsTr("Save the invitation")
            fileMode: FileDialog.SaveFile
            defaultSuffix: "txt"
            onAccepted: root.invitations.saveLink(selectedFile)
            onVisibleChanged: if (!visible)
                saving.active = false
            Component.onCompleted: open()
        }
    }
}
