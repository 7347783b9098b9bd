// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import dev.latchkey.model

// What can be done with a machine.
PopupMenu {
    id: root

    required property bool connectable
    required property bool blocked
    property bool full: true
    property bool sharable: false
    signal pageWanted
    signal shareWanted
    signal renameWanted
    signal connectWanted
    signal parting(what: int)
    signal unblockWanted

    MenuEntry {
        text: qsTr("Show all about it")
        visible: root.full
        onTriggered: root.pageWanted()
    }
    MenuEntry {
        text: qsTr("Share something…")
        visible: root.sharable
        onTriggered: root.shareWanted()
    }
    MenuEntry {
        text: qsTr("Rename")
        onTriggered: root.renameWanted()
    }
    MenuEntry {
        text: qsTr("Connect now")
        visible: root.connectable
        onTriggered: root.connectWanted()
    }
    MenuEntry {
        text: root.blocked ? qsTr("Unblock") : qsTr("Block…")
        onTriggered: root.blocked ? root.unblockWanted() : root.parting(Parting.Block)
    }
    MenuEntry {
        text: qsTr("Forget…")
        onTriggered: root.parting(Parting.Forget)
    }
}
