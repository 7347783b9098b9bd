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
    signal pageWanted(app: string)

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

        InputField {
            id: search

            width: Math.min(320, root.width - 160)
            focus: true
            symbol: "search"
            clearable: true
            placeholderText: qsTr("Find an app, or type a command")
            onTextChanged: {
                root.desk.apps.search = text;
                grid.currentIndex = 0;
            }
            Keys.onReturnPressed: root.startCurrent()
            Keys.onEnterPressed: root.startCurrent()
            Keys.onDownPressed: grid.forceActiveFocus(Qt.TabFocusReason)
            Keys.onEscapePressed: clear()
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
        visible: root.desk.apps.search.length > 0 && (root.desk.apps.command.length > 0 || grid.count === 0)
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
        Keys.onPressed: event => {
            // Typing searches, wherever the focus is.
            if (event.text.length > 0 && event.text > " " && !(event.modifiers & (Qt.ControlModifier | Qt.AltModifier))) {
                search.forceActiveFocus();
                search.insert(search.length, event.text);
                event.accepted = true;
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
    function startCurrent() {
        if (grid.count > 0)
            tile()?.start();
        else
            desk.apps.startCommand();
    }
}
