// SPDX-FileCopyrightText: Latchkey contributors
// SPDX-License-Identifier: GPL-2.0-or-later
pragma ComponentBehavior: Bound
import QtQuick
import QtQuick.Templates as T
import dev.latchkey.model

// All that a machine offers and has offered. Of hundreds only those in sight exist.
ListView {
    id: root

    required property Desk desk
    readonly property OffersModel offers: desk.machine.offers

    model: offers
    clip: true
    activeFocusOnTab: count > 0
    keyNavigationEnabled: true
    boundsBehavior: Flickable.StopAtBounds
    highlightMoveDuration: 0
    highlightFollowsCurrentItem: true
    cacheBuffer: 200
    spacing: 10
    bottomMargin: Theme.margin
    currentIndex: -1
    header: AskedList {
        width: root.width
        wishes: root.desk.machine.wishes
    }
    section.property: "group"
    section.delegate: SectionHeading {
        width: root.width
    }
    T.ScrollBar.vertical: Scroll {}
    Accessible.role: Accessible.List
    Accessible.name: qsTr("What it offers")
    onActiveFocusChanged: if (activeFocus && currentIndex < 0 && count > 0)
        currentIndex = 0
    Keys.onReturnPressed: card()?.act()
    Keys.onEnterPressed: card()?.act()
    Keys.onDeletePressed: card()?.refuse()
    Keys.onMenuPressed: card()?.openMenu()

    function card(): OfferCard {
        return currentItem as OfferCard;
    }

    delegate: OfferCard {
        width: root.width
        machine: root.desk.machine.petname
        onUseWanted: root.desk.offerUse.begin(offerId)
        onPassWanted: root.desk.share.pass(offerId)
        onShowWanted: root.offers.show(offerId)
        onTakeWanted: root.offers.take(offerId)
        onStartWanted: root.offers.start(offerId)
        onEndWanted: root.offers.stop(offerId)
        onDeclined: root.offers.decline(offerId)
        onStopWanted: grant => root.desk.stopPlan.begin([grant])
    }

    EmptyState {
        anchors.centerIn: parent
        width: Math.min(400, root.width - 48)
        visible: root.count === 0 && root.desk.machine.wishes.count === 0
        symbol: "service"
        title: qsTr("It offers you nothing")
        text: qsTr("What its person shares with you appears here. Nothing of it is used until you say in which app.")
    }
}
