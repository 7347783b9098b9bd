// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// All apps: type to find, Enter to start.
FocusScope {
    id: root

    required property Desk desk
    readonly property Item focused: Window.activeFocusItem
    signal pageWanted(app: string)

    onFocusedChanged: if (focused)
        reveal(focused)

    function focusSearch() {
        search.forceActiveFocus(Qt.ShortcutFocusReason);
        search.selectAll();
    }

    DropArea {
        anchors.fill: parent
        keys: ["text/uri-list"]
        onDropped: event => root.desk.dropped(event.urls)
    }
    PageHeader {
        id: header

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.margin
        title: qsTr("Apps")

        PushButton {
            text: root.desk.updates.waiting > 0 ? qsTr("Updates: %L1").arg(root.desk.updates.waiting) : qsTr("Updates")
            symbol: "download"
            manner: root.desk.updates.waiting > 0 ? PushButton.Plain : PushButton.Flat
            Accessible.name: root.desk.updates.waiting > 0 ? qsTr("Updates, %Ln waiting", "", root.desk.updates.waiting) : text
            onClicked: root.desk.updates.show()
        }
        InputField {
            id: search

            width: Math.min(320, root.width - 290)
            focus: true
            symbol: "search"
            clearable: true
            placeholderText: qsTr("Find an app, or type a command")
            onTextChanged: {
                root.desk.apps.search = text;
                root.desk.available.search = text;
                grid.currentIndex = 0;
            }
            Keys.onReturnPressed: root.startCurrent()
            Keys.onEnterPressed: root.startCurrent()
            Keys.onDownPressed: grid.count > 0 ? grid.forceActiveFocus(Qt.TabFocusReason) : root.offered()?.enter()
            Keys.onEscapePressed: clear()
            Component.onDestruction: root.desk.available.search = ""
        }
    }
    CommandOffer {
        id: offer

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.margins: visible ? Theme.margin : 0
        anchors.topMargin: visible ? 16 : 0
        height: visible ? implicitHeight : 0
        visible: root.desk.apps.search.length > 0 && (root.desk.apps.command.length > 0 || grid.count === 0 && root.desk.available.count === 0)
        search: root.desk.apps.search
        command: root.desk.apps.command
        found: grid.count > 0
        onStarted: {
            root.desk.apps.startCommand();
            search.clear();
        }
    }
    WaitingCard {
        id: waiting

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: offer.bottom
        anchors.margins: visible ? Theme.margin : 0
        anchors.topMargin: visible ? 16 : 0
        anchors.bottomMargin: 0
        height: visible ? implicitHeight : 0
        packages: root.desk.packages
        visible: root.desk.packages.waiting > 0 && root.desk.apps.search.length === 0
    }
    GridView {
        id: grid

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: waiting.bottom
        anchors.bottom: parent.bottom
        anchors.leftMargin: Theme.margin - 4
        anchors.rightMargin: Theme.margin - 4
        anchors.topMargin: 12
        readonly property int columns: Math.max(1, Math.floor(width / 128))
        cellWidth: Math.floor(width / columns)
        cellHeight: 132
        clip: true
        model: root.desk.apps
        keyNavigationEnabled: true
        highlightFollowsCurrentItem: false
        activeFocusOnTab: true
        reuseItems: false
        boundsBehavior: Flickable.StopAtBounds
        T.ScrollBar.vertical: Scroll {}
        bottomMargin: Theme.margin
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Apps")
        Keys.onReturnPressed: root.startCurrent()
        Keys.onEnterPressed: root.startCurrent()
        Keys.onMenuPressed: root.tile()?.openMenu()
        Keys.onDownPressed: event => {
            // Beyond the last row are those that are not installed.
            event.accepted = currentIndex + columns >= count && root.desk.available.count > 0;
            if (event.accepted)
                root.offered()?.enter();
        }
        Keys.onPressed: event => {
            // Typing searches, wherever the focus is.
            if (event.text.length > 0 && event.text > " " && !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier))) {
                search.forceActiveFocus();
                search.insert(search.length, event.text);
                event.accepted = true;
            }
        }

        footer: Item {
            readonly property alias list: available

            width: grid.width
            height: available.visible ? available.height + Theme.unit : 0

            AvailableList {
                id: available

                x: 4
                width: parent.width - 8
                available: root.desk.available
                onPassed: (grid.count > 0 ? grid : search).forceActiveFocus(Qt.BacktabFocusReason)
            }
        }
        delegate: AppTile {
            required property int index

            width: grid.cellWidth
            apps: root.desk.apps
            packages: root.desk.packages
            current: grid.activeFocus && GridView.isCurrentItem || search.activeFocus && search.length > 0 && index === 0
            focusPolicy: Qt.NoFocus
            onPageWanted: root.pageWanted(appId)
            onProfileWanted: profiles.ask(appId, name)
        }
    }
    EmptyState {
        anchors.centerIn: parent
        width: Math.min(400, parent.width - 48)
        visible: grid.count === 0 && root.desk.apps.search.length === 0
        symbol: "apps"
        title: qsTr("No apps found")
        text: qsTr("Apps that are installed on this computer appear here. You can also drop a bundle or an AppImage on this window, or type a command above.")
    }

    ProfileSheet {
        id: profiles

        apps: root.desk.apps
    }

    function tile(): AppTile {
        return grid.itemAtIndex(Math.max(0, grid.currentIndex)) as AppTile;
    }
    function offered(): AvailableList {
        return grid.footerItem?.list ?? null; // qmllint disable missing-property
    }
    // What has the focus there is in sight.
    function reveal(item: Item) {
        const list = offered();
        for (let above = item; above; above = above.parent) {
            if (above !== list)
                continue;
            const box = item.mapToItem(grid.contentItem, 0, 0, item.width, item.height);
            if (box.y < grid.contentY)
                grid.contentY = box.y - Theme.margin;
            else if (box.y + box.height > grid.contentY + grid.height)
                grid.contentY = box.y + box.height + Theme.unit - grid.height;
        }
    }
    function startCurrent() {
        if (grid.count > 0)
            tile()?.start();
        else if (desk.apps.command.length === 0 && desk.available.count > 0)
            desk.available.look(0);
        else
            desk.apps.startCommand();
    }
}
