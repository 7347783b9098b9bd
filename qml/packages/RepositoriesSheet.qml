// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// The repositories that are followed; or one that is about to be.
Sheet {
    id: root

    required property Repositories repositories

    visible: repositories.open
    width: Math.min(640, parent ? parent.width - 48 : 640)
    onRejected: repositories.close()
    onOpened: place()
    title: repositories.adding ? qsTr("Follow a repository") : repositories.count > 0 ? qsTr("Repositories you follow") : qsTr("You follow no repository")
    buttons: [
        PushButton {
            id: done

            text: root.repositories.adding ? qsTr("Cancel") : qsTr("Close")
            onClicked: root.repositories.adding ? root.repositories.cancel() : root.repositories.close()
        },
        PushButton {
            text: root.repositories.adding ? qsTr("Follow") : qsTr("Follow another…")
            enabled: !root.repositories.adding || root.repositories.possible
            onClicked: root.repositories.adding ? root.repositories.follow() : root.repositories.begin()
        }
    ]

    function place() {
        if (repositories.adding)
            (form.item as FollowForm)?.enter();
        else
            done.forceActiveFocus(Qt.TabFocusReason);
    }

    Connections {
        target: root.repositories
        property bool was: false

        function onDraftChanged() {
            if (was !== root.repositories.adding && root.opened)
                Qt.callLater(root.place);
            was = root.repositories.adding;
        }
    }
    PlainLabel {
        width: parent.width
        text: root.repositories.count > 0 ? qsTr("What they offer is found by searching in Apps. They are asked now and then what is new.") : qsTr("A repository is a place with apps: an address on the Internet, or a folder. What it offers is found by searching in Apps.")
        visible: !root.repositories.adding
        color: Theme.dim
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    Loader {
        id: form

        width: parent.width
        active: root.repositories.adding
        visible: active
        sourceComponent: FollowForm {
            repositories: root.repositories
        }
    }
    ListView {
        id: list

        width: parent.width
        height: Math.min(contentHeight, Math.max(160, root.room - y))
        clip: true
        visible: count > 0 && !root.repositories.adding
        reuseItems: false
        cacheBuffer: 100000
        boundsBehavior: Flickable.StopAtBounds
        model: root.repositories
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: root.title

        readonly property Item focused: Window.activeFocusItem

        onFocusedChanged: {
            for (let above = focused; above; above = above.parent) {
                const row = above as RepositoryRow;
                if (row)
                    positionViewAtIndex(row.index, ListView.Contain);
            }
        }
        delegate: RepositoryRow {
            width: list.width - 12
            repositories: root.repositories
        }
    }
}
