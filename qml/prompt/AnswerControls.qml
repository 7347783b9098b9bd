// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
import QtQuick
import QtQuick.Layouts
import dev.latchkey.model

// How much, and how long. The same in the prompt and on the page of requests.
GridLayout {
    id: root

    required property Question question

    columns: 2
    columnSpacing: 12
    rowSpacing: Theme.unit

    PlainLabel {
        text: qsTr("Access")
        color: Theme.dim
        visible: access.visible
    }
    Segments {
        id: access

        Layout.fillWidth: true
        choices: root.question.accesses
        value: root.question.access
        label: qsTr("Access")
        visible: root.question.accesses.length > 1
        onPicked: value => root.question.access = value
    }
    PlainLabel {
        text: qsTr("Access")
        color: Theme.dim
        visible: only.visible
    }
    PlainLabel {
        id: only

        Layout.fillWidth: true
        text: visible ? root.question.accesses[0].text : ""
        visible: root.question.accesses.length === 1
    }
    PlainLabel {
        text: qsTr("For", "for how long")
        color: Theme.dim
    }
    Segments {
        Layout.fillWidth: true
        choices: root.question.lastings
        value: root.question.lasting
        label: qsTr("For how long")
        onPicked: value => root.question.lasting = value
    }
    PlainLabel {
        text: qsTr("Ends")
        color: Theme.dim
        visible: ends.visible
    }
    Segments {
        id: ends

        Layout.fillWidth: true
        choices: root.question.ends
        value: root.question.end
        label: qsTr("Ends")
        visible: root.question.endMatters
        onPicked: value => root.question.end = value
    }
    PlainLabel {
        Layout.alignment: Qt.AlignTop
        Layout.topMargin: 6
        text: qsTr("Opens", "what an answer opens")
        color: Theme.dim
        visible: scopes.visible
    }
    ChoiceList {
        id: scopes

        Layout.fillWidth: true
        choices: root.question.scopes
        value: root.question.scope
        label: qsTr("What it opens")
        visible: root.question.scopeMatters
        onPicked: value => root.question.scope = value
    }
    PlainLabel {
        text: qsTr("Speed", "of a folder")
        color: Theme.dim
        visible: fast.visible
    }
    Row {
        id: fast

        visible: root.question.fastMatters
        spacing: Theme.unit

        Toggle {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("Full speed; whatever is in it stays reachable until the app closes")
            checked: root.question.fast
            onToggled: {
                root.question.fast = checked;
                // While nothing counts yet it has not changed.
                checked = Qt.binding(() => root.question.fast);
            }
        }
        PlainLabel {
            anchors.verticalCenter: parent.verticalCenter
            text: qsTr("full")
            Accessible.ignored: true
        }
    }
    Item {
        implicitWidth: 1
        implicitHeight: 1
    }
    PlainLabel {
        Layout.fillWidth: true
        text: root.question.consequence
        wrapMode: Text.Wrap
        maximumLineCount: 2
        font.pixelSize: Theme.small
        color: Theme.dim
    }
}
