// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What is newer of what is installed, and what is up to date.
Sheet {
    id: root

    required property Updates updates
    signal repositoriesWanted

    visible: updates.open
    width: Math.min(640, parent ? parent.width - 48 : 640)
    onRejected: updates.close()
    onOpened: done.forceActiveFocus(Qt.TabFocusReason)
    title: updates.waiting > 0 ? qsTr("Newer versions of %Ln app(s)", "", updates.waiting) : updates.count > 0 ? (updates.sources > 0 ? qsTr("Nothing newer is known") : qsTr("Apps from bundles")) : qsTr("No apps from bundles yet")
    buttons: [
        PushButton {
            text: qsTr("Repositories…")
            manner: PushButton.Flat
            onClicked: root.repositoriesWanted()
        },
        PushButton {
            text: qsTr("Ask now")
            visible: root.updates.sources > 0
            enabled: !root.updates.asking
            onClicked: root.updates.refresh()
        },
        PushButton {
            text: qsTr("Update all")
            visible: root.updates.ready > 1
            onClicked: root.updates.updateAll()
        },
        PushButton {
            id: done

            text: qsTr("Close")
            onClicked: root.updates.close()
        }
    ]

    PlainLabel {
        width: parent.width
        text: root.updates.asked
        color: Theme.dim
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    Repeater {
        model: root.updates.problems

        PlainLabel {
            required property string modelData

            width: parent?.width ?? 0
            text: modelData
            wrapMode: Text.Wrap
            maximumLineCount: 4
            Accessible.role: Accessible.AlertMessage
        }
    }
    ListView {
        id: list

        width: parent.width
        height: Math.min(contentHeight, Math.max(160, root.room - y))
        clip: true
        visible: count > 0
        reuseItems: false
        // Each has buttons, which the keyboard reaches one after the other.
        cacheBuffer: 100000
        boundsBehavior: Flickable.StopAtBounds
        model: root.updates
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Apps from bundles")

        readonly property Item focused: Window.activeFocusItem

        onFocusedChanged: {
            for (let above = focused; above; above = above.parent) {
                const row = above as UpdateRow;
                if (row)
                    positionViewAtIndex(row.index, ListView.Contain);
            }
        }
        delegate: UpdateRow {
            width: list.width - 12
            updates: root.updates
        }
    }
}
