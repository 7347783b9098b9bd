// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// Other machines, open invitations, and this machine as they see it.
FocusScope {
    id: root

    required property Desk desk
    readonly property MachinesModel machines: desk.machines
    readonly property bool first: machines.known && machines.total === 0 && desk.invitations.count === 0
    readonly property Item focused: Window.activeFocusItem
    property bool shown: visible
    signal pageWanted(machine: string)
    signal selfWanted

    function focusSearch() {
        if (!filter.visible)
            return;
        filter.forceActiveFocus(Qt.ShortcutFocusReason);
        filter.selectAll();
    }
    // Who goes on by key beyond the cards sees where they are.
    function reveal(item: Item) {
        for (let above = item; above; above = above.parent) {
            if (above === list.footerItem) {
                list.positionViewAtEnd();
                Qt.callLater(list.positionViewAtEnd);  // Cards that were made only now are not as high as was thought.
            }
        }
    }
    function watch(on: bool) {
        desk.invitations.watching = on;
        desk.self.watching = on;
    }

    onFocusedChanged: if (focused)
        reveal(focused)
    onShownChanged: watch(shown)
    Component.onCompleted: watch(shown)
    Component.onDestruction: watch(false)

    PageHeader {
        id: header

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.margin
        title: qsTr("Machines")

        InputField {
            id: filter

            width: Math.min(220, root.width * 0.3)
            symbol: "search"
            clearable: true
            placeholderText: qsTr("Find a machine")
            visible: root.machines.total > 6 || text.length > 0
            onTextChanged: root.machines.filter = text
            Component.onDestruction: root.machines.filter = ""
            Keys.onDownPressed: list.forceActiveFocus(Qt.TabFocusReason)
            Keys.onEscapePressed: clear()
        }
        PushButton {
            text: qsTr("Add a machine…")
            symbol: "machines"
            manner: PushButton.Primary
            visible: !root.first
            enabled: root.desk.health.online && root.machines.lack.length === 0
            onClicked: root.desk.pairing.begin()
        }
    }
    ListView {
        id: list

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.bottom: parent.bottom
        anchors.topMargin: 16
        clip: true
        visible: !root.first
        activeFocusOnTab: count > 0
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        highlightMoveDuration: 0
        highlightFollowsCurrentItem: true
        cacheBuffer: 400
        spacing: 10
        topMargin: 2
        bottomMargin: Theme.margin
        model: root.machines
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Machines")
        Keys.onReturnPressed: if (card())
            root.pageWanted(card().machineId)
        Keys.onEnterPressed: if (card())
            root.pageWanted(card().machineId)
        Keys.onMenuPressed: card()?.openMenu()
        Keys.onDeletePressed: if (card())
            root.desk.parting.begin(card().machineId, Parting.Forget)
        Keys.onPressed: event => {
            if (event.key !== Qt.Key_F2)
                return;
            card()?.rename();
            event.accepted = true;
        }

        function card(): MachineCard {
            // What lies below the cards is in the list too.
            const card = currentItem as MachineCard;
            return card?.activeFocus ? card : null;
        }

        delegate: MachineCard {
            width: list.width
            onOpened: root.pageWanted(machineId)
            onShareWanted: root.desk.share.begin(machineId)
            onConnectWanted: root.machines.connectNow(machineId)
            onRenamed: petname => root.machines.rename(machineId, petname)
            onParting: what => root.desk.parting.begin(machineId, what)
            onUnblockWanted: root.machines.unblock(machineId)
        }
        footer: MachinesFoot {
            width: list.width
            invitations: root.desk.invitations
            self: root.desk.self
            onSelfWanted: root.selfWanted()
        }
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(420, parent.width - 48)
        visible: root.first || root.machines.lack.length > 0
        symbol: "machines"
        title: root.machines.lack.length > 0 ? qsTr("Not yet") : qsTr("No other machine")
        text: root.machines.lack.length > 0 ? root.machines.lack : qsTr("Add a machine of yours or of somebody you know. You can then share single things with it, and take each back at any time.")
        action: root.machines.lack.length > 0 ? "" : qsTr("Add a machine…")
        onActed: root.desk.pairing.begin()
    }
    PlainLabel {
        anchors.centerIn: parent
        text: qsTr("Nothing found")
        color: Theme.dim
        visible: list.count === 0 && root.machines.total > 0
    }
}
