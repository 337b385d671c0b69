/** The documents that the client sends: to show them, to run them elsewhere, or to pass them to `request` and `follow`. */
export {
  ChannelsDocument,
  ConversationMessagesDocument,
  ConversationsDocument,
  CustomerServiceSessionsDocument,
  DeliveryStatusChangedDocument,
  MessageAddedDocument,
  MessageRowsDocument,
  MessagesDocument,
  MessageStatsDocument,
  NodeDocument,
  ParticipantsDocument,
  ResponseStatsDocument,
  SearchMessagesDocument,
} from '../generated/client.ts';
