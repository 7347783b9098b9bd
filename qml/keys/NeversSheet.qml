// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What was answered "never", and a way to take each back.
Sheet {
    id: root

    required property Nevers nevers

    visible: nevers.open
    width: Math.min(640, parent ? parent.width - 48 : 640)
    onRejected: nevers.close()
    onOpened: done.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("What you never allow")
    buttons: PushButton {
        id: done

        text: qsTr("Close")
        onClicked: root.nevers.close()
    }

    PlainLabel {
        width: parent.width
        text: root.nevers.note
        color: Theme.dim
        visible: text.length > 0
        wrapMode: Text.Wrap
    }
    ListView {
        id: list

        width: parent.width
        height: Math.min(contentHeight, Math.max(140, root.room - y))
        clip: true
        visible: count > 0
        activeFocusOnTab: true
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        model: root.nevers
        currentIndex: -1
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: root.title
        onVisibleChanged: if (!visible && root.opened)
            done.forceActiveFocus(Qt.TabFocusReason)
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
        Keys.onDeletePressed: if (currentIndex >= 0)
            root.nevers.takeBack(currentIndex)
        Keys.onReturnPressed: if (currentIndex >= 0)
            root.nevers.takeBack(currentIndex)

        delegate: NeverRow {
            required property int index

            width: list.width - 12
            onTakenBack: root.nevers.takeBack(index)
        }
    }
}
