// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// What waits, then what was answered.
ListView {
    id: root

    required property RequestsModel requests

    model: requests
    clip: true
    boundsBehavior: Flickable.StopAtBounds
    cacheBuffer: 400
    bottomMargin: Theme.margin
    section.property: "group"
    section.delegate: SectionHeading {
        width: root.width
    }
    T.ScrollBar.vertical: Scroll {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("Requests")

    delegate: Item {
        id: row

        required property string requestId
        required property Question question
        required property url portrait
        required property string who
        required property string wish
        required property string thing
        required property string place
        required property string outcome
        required property bool allowed
        required property string when
        required property string changeText

        width: root.width
        implicitHeight: waiting.active ? waiting.implicitHeight + 12 : 56

        Loader {
            id: waiting

            active: row.question !== null
            anchors.left: parent.left
            anchors.leftMargin: Theme.margin
            width: Math.min(parent.width - 2 * Theme.margin, 620)
            sourceComponent: RequestCard {
                question: row.question
                row: row
                onWindowWanted: root.requests.raise()
            }
        }
        AnsweredRow {
            anchors.fill: parent
            visible: !waiting.active
            portrait: row.portrait
            who: row.who
            wish: row.wish
            thing: row.thing
            place: row.place
            outcome: row.outcome
            allowed: row.allowed
            when: row.when
            changeText: row.changeText
            onChanged: root.requests.change(row.requestId)
        }
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(400, root.width - 48)
        visible: root.count === 0
        symbol: "question"
        title: qsTr("No questions")
        text: qsTr("When an app needs something it does not have, it asks. Questions that wait and your answers appear here.")
    }
}
