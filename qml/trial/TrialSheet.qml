// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What a tried app did, and what of it stays. Closing it decides nothing.
Sheet {
    id: root

    required property TrialReview trials

    visible: trials.open
    width: Math.min(640, parent ? parent.width - 48 : 640)
    onRejected: trials.later()
    onOpened: later.forceActiveFocus(Qt.TabFocusReason)
    title: trials.title
    buttonsEnabled: !trials.busy
    buttons: [
        PushButton {
            manner: PushButton.Flat
            text: root.trials.chosen === 0 ? qsTr("Choose all") : qsTr("Choose none")
            onClicked: root.trials.chooseAll(root.trials.chosen === 0)
        },
        PushButton {
            id: later

            text: qsTr("Later")
            onClicked: root.trials.later()
        },
        PushButton {
            text: qsTr("Discard all")
            onClicked: root.trials.discard()
        },
        PushButton {
            text: root.trials.chosen === root.trials.count ? qsTr("Keep all") : qsTr("Keep %1, discard %2").arg(root.trials.chosen.toLocaleString(Qt.locale(), "f", 0)).arg((root.trials.count - root.trials.chosen).toLocaleString(Qt.locale(), "f", 0))
            manner: PushButton.Primary
            enabled: root.trials.chosen > 0
            onClicked: root.trials.keep()
        }
    ]

    PlainLabel {
        width: parent.width
        text: root.trials.summary
        color: Theme.dim
        wrapMode: Text.Wrap
    }
    PlainLabel {
        width: parent.width
        text: qsTr("Your files are as they were. Choose what of this shall stay. What it did elsewhere, on the network for one, is not undone.")
        wrapMode: Text.Wrap
    }
    ListView {
        id: list

        width: parent.width
        height: Math.min(contentHeight, Math.max(140, root.room - y))
        clip: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        enabled: !root.trials.busy
        model: root.trials
        currentIndex: -1
        section.property: "group"
        section.delegate: SectionHeading {
            width: list.width
            inset: Theme.unit
        }
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("What it changed")
        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
        Keys.onSpacePressed: {
            const row = currentItem as TrialRow;
            if (row)
                root.trials.choose(currentIndex, !row.chosen);
        }

        delegate: TrialRow {
            required property int index

            width: list.width - 12
            onPicked: on => root.trials.choose(index, on)
        }
    }
}
