// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What a file of rules would do here, before it does it: all of it or nothing.
Sheet {
    id: root

    required property RuleExchange exchange

    visible: exchange.open
    width: Math.min(640, parent ? parent.width - 48 : 640)
    onRejected: exchange.close()
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    title: qsTr("Take over these rules?")
    buttons: [
        PushButton {
            id: keep

            text: qsTr("Cancel")
            onClicked: root.exchange.close()
        },
        PushButton {
            text: qsTr("Take over all")
            enabled: root.exchange.ready
            onClicked: root.exchange.apply()
        }
    ]

    PlainLabel {
        width: parent.width
        text: root.exchange.summary
        color: Theme.dim
        visible: text.length > 0
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    PlainLabel {
        width: parent.width
        text: root.exchange.fault
        color: Theme.ending
        visible: text.length > 0
        wrapMode: Text.Wrap
        maximumLineCount: 4
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
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
        model: root.exchange
        currentIndex: -1
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: root.title
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0

        delegate: ImportRow {
            width: list.width - 12
        }
    }
}
