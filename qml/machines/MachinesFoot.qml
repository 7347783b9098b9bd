// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import dev.latchkey.model

// Below the cards: invitations that are open, and this machine.
Column {
    id: root

    required property Invitations invitations
    required property ThisMachine self
    signal selfWanted

    topPadding: 18
    spacing: 10

    Repeater {
        model: root.invitations

        InvitationRow {
            x: Theme.margin
            width: root.width - 2 * Theme.margin
            onCancelled: root.invitations.cancel(invitationId)
        }
    }
    ThisMachineCard {
        x: Theme.margin
        width: root.width - 2 * Theme.margin
        self: root.self
        onChangeWanted: root.selfWanted()
    }
}
