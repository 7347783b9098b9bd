// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What an app is connected with right now, and a way to end one of them.
Sheet {
    id: root

    required property ConnectionsModel connections
    required property ShareDraft share
    // There is a machine to share with.
    required property bool shareable

    visible: connections.open
    width: Math.min(680, parent ? parent.width - 48 : 680)
    onRejected: connections.close()
    onOpened: done.forceActiveFocus(Qt.TabFocusReason)
    title: connections.title
    buttons: Row {
        spacing: Theme.unit

        PushButton {
            text: qsTr("End all")
            visible: root.connections.anyLive
            onClicked: root.connections.endAll()
        }
        PushButton {
            id: done

            text: qsTr("Close")
            onClicked: root.connections.close()
        }
    }

    RateGraph {
        width: parent.width
        rates: root.connections.rates
        rate: root.connections.rate
        visible: root.connections.anyLive
    }
    PlainLabel {
        width: parent.width
        text: root.connections.note
        color: Theme.dim
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 3
    }
    ListView {
        id: list

        width: parent.width
        height: Math.min(contentHeight, Math.max(140, root.room - y))
        clip: true
        activeFocusOnTab: count > 0
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        model: root.connections
        currentIndex: -1
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Connected now")
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
        Keys.onDeletePressed: if (currentIndex >= 0)
            root.connections.end(currentIndex)

        delegate: ConnectionRow {
            required property int index

            width: list.width
            onEnded: root.connections.end(index)
            shareable: root.shareable && sharePort > 0
            onShareWanted: {
                const holder = root.connections.holder;
                const port = sharePort;
                root.connections.close();
                root.share.beginWith(holder, port);
            }
            onOfferedTo: whom => root.connections.offer(index, whom)
        }
    }
}
