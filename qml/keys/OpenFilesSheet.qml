// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What is open of one thing right now, and a way to take back a single file of it.
Sheet {
    id: root

    required property OpenFiles files

    visible: files.open
    width: Math.min(640, parent ? parent.width - 48 : 640)
    onRejected: files.close()
    onOpened: done.forceActiveFocus(Qt.TabFocusReason)
    title: files.title
    buttons: PushButton {
        id: done

        text: qsTr("Close")
        onClicked: root.files.close()
    }

    PlainLabel {
        width: parent.width
        text: root.files.note
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
        model: root.files
        currentIndex: -1
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Open now")
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
        Keys.onDeletePressed: if (currentIndex >= 0)
            root.files.stop(currentIndex)

        delegate: OpenFileRow {
            required property int index

            width: list.width
            onStopped: root.files.stop(index)
        }
    }
}
