// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What runs now, and what happened.
FocusScope {
    id: root

    required property Desk desk
    property bool shown: visible

    onShownChanged: desk.activity.watching = shown
    Component.onCompleted: desk.activity.watching = shown
    Component.onDestruction: desk.activity.watching = false

    function focusSearch() {
        filter.forceActiveFocus(Qt.ShortcutFocusReason);
        filter.selectAll();
    }

    PageHeader {
        id: header

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: parent.top
        anchors.margins: Theme.margin
        title: qsTr("Activity")

        Segments {
            label: qsTr("Show")
            choices: root.desk.activity.views
            value: root.desk.activity.talkingOnly ? 1 : 0
            visible: root.width > 560 || root.desk.activity.talkingOnly
            onPicked: value => root.desk.activity.talkingOnly = value === 1
        }
        PushButton {
            text: qsTr("Stop all apps")
            enabled: root.desk.activity.running > 0
            onClicked: root.desk.stopAll()
        }
    }
    TrialsWaiting {
        id: tried

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: header.bottom
        anchors.leftMargin: Theme.margin
        anchors.rightMargin: Theme.margin
        anchors.topMargin: visible ? 16 : 0
        height: visible ? implicitHeight : 0
        trials: root.desk.trials
    }
    ListView {
        id: running

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: tried.bottom
        anchors.topMargin: 12
        height: Math.min(contentHeight, root.height * 0.42)
        clip: true
        boundsBehavior: Flickable.StopAtBounds
        model: root.desk.activity
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("Running apps")

        delegate: InstanceRow {
            width: running.width
            onToggled: root.desk.activity.toggle(instance)
            onStopped: root.desk.activity.stop(instance)
            onNetworkWanted: root.desk.connections.show(instance)
        }
    }
    PlainLabel {
        id: nothing

        anchors.left: parent.left
        anchors.top: tried.bottom
        anchors.margins: Theme.margin
        anchors.topMargin: 16
        text: root.desk.activity.running > 0 ? qsTr("No app has used the network in the last minute.") : qsTr("No app runs.")
        color: Theme.dim
        visible: running.count === 0
    }
    Rectangle {
        id: line

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: running.count > 0 ? running.bottom : nothing.bottom
        anchors.topMargin: 12
        height: 1
        color: Theme.hairline
    }
    Item {
        id: bar

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: line.bottom
        anchors.margins: Theme.margin
        anchors.topMargin: 16
        height: Theme.controlHeight

        PlainLabel {
            anchors.left: parent.left
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("What happened")
            font.pixelSize: Theme.heading
            font.weight: Font.DemiBold
            Accessible.role: Accessible.Heading
        }
        Row {
            anchors.right: parent.right
            spacing: Theme.unit

            Segments {
                label: qsTr("Show")
                choices: root.desk.journal.events
                value: root.desk.journal.eventIndex
                visible: root.width > 700
                onPicked: value => root.desk.journal.eventIndex = value
            }
            InputField {
                id: filter

                width: Math.min(220, root.width * 0.3)
                symbol: "search"
                clearable: true
                placeholderText: qsTr("Find")
                onTextChanged: root.desk.journal.filter = text
                Keys.onEscapePressed: clear()
            }
        }
    }
    ListView {
        id: journal

        anchors.left: parent.left
        anchors.right: parent.right
        anchors.top: bar.bottom
        anchors.bottom: parent.bottom
        anchors.topMargin: 4
        clip: true
        activeFocusOnTab: true
        keyNavigationEnabled: true
        boundsBehavior: Flickable.StopAtBounds
        model: root.desk.journal
        bottomMargin: Theme.margin
        section.property: "day"
        section.delegate: SectionHeading {
            width: journal.width
        }
        T.ScrollBar.vertical: Scroll {}
        Accessible.role: Accessible.List
        Accessible.name: qsTr("What happened")

        onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
            currentIndex = 0
        Keys.onReturnPressed: explain()
        Keys.onEnterPressed: explain()

        function explain() {
            const row = currentItem as JournalRow;
            if (row?.explainable)
                root.desk.explanation.begin(row.sequence);
        }

        delegate: JournalRow {
            width: journal.width
            onWhyWanted: root.desk.explanation.begin(sequence)
        }

        PlainLabel {
            anchors.centerIn: parent
            width: Math.min(400, journal.width - 48)
            visible: journal.count === 0
            horizontalAlignment: Text.AlignHCenter
            text: filter.length > 0 || root.desk.journal.eventIndex > 0 ? qsTr("Nothing found") : qsTr("Nothing has happened yet. What apps ask for and use, and what you answer, appears here.")
            color: Theme.dim
            wrapMode: Text.Wrap
        }
    }
}
