// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What a bundle is and says it will ask for, before anything of it is here; or a version that waits because it asks for
// more. The safe answer has the focus.
Sheet {
    id: root

    required property Installing installing
    // All that its author wrote, not only its beginning.
    property bool whole: false

    onAboutToShow: whole = false
    visible: installing.open
    width: Math.min(600, parent ? parent.width - 48 : 600)
    onRejected: installing.cancel()
    onOpened: keep.forceActiveFocus(Qt.TabFocusReason)
    title: root.installing.title
    buttons: [
        PushButton {
            id: keep

            text: root.installing.waits ? qsTr("Later") : root.installing.possible || root.installing.busy || root.installing.looking && root.installing.fault.length === 0 ? qsTr("Cancel") : qsTr("Close")
            onClicked: root.installing.cancel()
        },
        PushButton {
            text: qsTr("Keep the old one")
            visible: root.installing.waits
            enabled: !root.installing.busy
            onClicked: root.installing.refuse()
        },
        PushButton {
            text: root.installing.action
            visible: root.installing.possible || root.installing.busy
            enabled: root.installing.possible
            onClicked: root.installing.install()
        }
    ]

    PlainLabel {
        width: parent.width
        text: root.installing.facts
        color: Theme.dim
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    QuoteBox {
        width: parent.width
        who: root.installing.name
        lead: qsTr("Its author says:")
        words: root.installing.summary
        visible: words.length > 0
    }
    QuoteBox {
        id: description

        width: parent.width
        who: root.installing.name
        lead: qsTr("And at more length:")
        words: root.installing.description
        lines: root.whole ? 200 : 2
        visible: words.length > 0
    }
    QuoteBox {
        id: changes

        width: parent.width
        who: root.installing.name
        lead: qsTr("What is new, in its author’s words:")
        words: root.installing.changes
        lines: root.whole ? 200 : 3
        visible: words.length > 0
    }
    QuoteBox {
        width: parent.width
        who: root.installing.name
        lead: qsTr("Its licence, as its author says:")
        words: root.installing.licence
        visible: root.whole && words.length > 0
    }
    PushButton {
        text: root.whole ? qsTr("Read less") : qsTr("Read all its author says")
        visible: root.whole || description.cut || changes.cut || root.installing.licence.length > 0
        manner: PushButton.Flat
        implicitHeight: 28
        onClicked: root.whole = !root.whole
    }
    Row {
        width: parent.width
        spacing: Theme.unit
        visible: root.installing.signer.length > 0

        Symbol {
            id: sign

            name: root.installing.stranger ? "warning" : "key"
            color: root.installing.stranger ? Theme.text : Theme.dim
        }
        PlainLabel {
            width: parent.width - sign.width - parent.spacing
            text: root.installing.signer
            wrapMode: Text.Wrap
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
    Row {
        width: parent.width
        spacing: Theme.unit
        visible: root.installing.runtime.length > 0

        Symbol {
            id: runtimeSign

            name: root.installing.runtimeStranger ? "warning" : "key"
            color: root.installing.runtimeStranger ? Theme.text : Theme.dim
        }
        PlainLabel {
            width: parent.width - runtimeSign.width - parent.spacing
            text: root.installing.runtime
            wrapMode: Text.Wrap
            Accessible.role: Accessible.StaticText
            Accessible.name: text
        }
    }
    PlainLabel {
        width: parent.width
        text: root.installing.refusal
        visible: text.length > 0
        color: Theme.ending
        wrapMode: Text.Wrap
        maximumLineCount: 4
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
    PlainLabel {
        width: parent.width
        text: root.installing.claimsHeading
        topPadding: 4
        font.weight: Font.DemiBold
        wrapMode: Text.Wrap
        Accessible.role: Accessible.Heading
    }
    ListView {
        id: list

        width: parent.width
        height: Math.min(contentHeight, Math.max(150, root.room - y - 40))
        clip: true
        visible: count > 0
        activeFocusOnTab: true
        keyNavigationEnabled: true
        reuseItems: false
        boundsBehavior: Flickable.StopAtBounds
        model: root.installing
        currentIndex: -1
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: root.installing.claimsHeading
        Keys.onSpacePressed: (currentItem as ClaimRow)?.flip()
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0

        delegate: ClaimRow {
            width: list.width - 12
            onWanted: (row, on) => root.installing.give(row, on)
        }
    }
    PlainLabel {
        width: parent.width
        text: root.installing.waits ? qsTr("None of it is given by updating: you are asked when it comes to it.") : qsTr("None of it is given by installing: you are asked when it comes to it.")
        visible: list.count > 0
        color: Theme.dim
        wrapMode: Text.Wrap
        Accessible.role: Accessible.StaticText
        Accessible.name: text
    }
    Rectangle {
        id: track

        width: parent.width
        height: 6
        radius: 3
        color: Theme.raised
        visible: root.installing.progress >= 0
        Accessible.role: Accessible.ProgressBar
        Accessible.name: qsTr("Installing")

        Rectangle {
            anchors.left: parent.left
            width: Math.round(track.width * Math.max(0, Math.min(1, root.installing.progress)))
            height: parent.height
            radius: 3
            color: Theme.accent
        }
    }
    PlainLabel {
        width: parent.width
        text: root.installing.fault
        visible: text.length > 0
        color: Theme.ending
        wrapMode: Text.Wrap
        maximumLineCount: 4
        Accessible.role: Accessible.AlertMessage
        Accessible.name: text
    }
}
